"""What would a model say of a stress fracture? Damage against repair in a piece of bone, for teaching only.

**Recalled from the literature: equations and parameters were not verified against the full text; for teaching, never
for a runner.** One parameter, the fatigue life, was not even recalled but set by us. Nothing else in the library
reckons with this folder.

`parameters` holds what is uncertain, `kernels` the equations one by one, and `probability` puts them together.
"""

from stressfx.injury.bone_model.kernels import (
    effective_days,
    failure_before_repair,
    failure_probability,
    fatigue_life,
    loading_cycles,
    repair_probability,
    strain_left,
)
from stressfx.injury.bone_model.parameters import PARAMETERS, BoneModel, BoneParameter
from stressfx.injury.bone_model.probability import fracture_probability, parameter_bands

__all__ = [
    "PARAMETERS",
    "BoneModel",
    "BoneParameter",
    "effective_days",
    "failure_before_repair",
    "failure_probability",
    "fatigue_life",
    "fracture_probability",
    "loading_cycles",
    "parameter_bands",
    "repair_probability",
    "strain_left",
]
