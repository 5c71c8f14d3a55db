"""What does the model of a stress fracture not know for sure? Its parameters, their bands, and how sure each is.

Holds numbers with their units. All are recalled from the literature and not verified, or our choice.
"""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

__all__ = ["LIFE_MICROSTRAIN", "MODEL", "PARAMETERS", "BoneModel", "BoneParameter"]

LIFE_MICROSTRAIN = 3000.0
"""Strain at which `BoneModel.life_cycles` counts: about that of a tibia in running, where 9 % of it, for 1 m/s more,
are about 260 microstrain (Baggaley et al., arXiv:2305.04139). [1e-6]"""


class BoneParameter(NamedTuple):
    """One parameter of the model: what it is, how far it may lie elsewhere, and how sure its value is."""

    name: str
    symbol: str
    unit: str
    meaning: str
    low: float
    high: float
    """The ends of the band are our choice. [d]"""
    sure: str


PARAMETERS = (
    BoneParameter("strain_exponent", "n", "", "fatigue life falls with strain to this power", 4.0, 9.0, "recalled"),
    BoneParameter("weibull_exponent", "w", "", "scatter of fatigue lives: 8 over n", 0.9, 1.5, "recalled"),
    BoneParameter("reference_volume_mm3", "Vs0", "mm³", "volume that a life is of", 48.0, 192.0, "recalled"),
    BoneParameter("life_cycles", "C", "cycles", "fatigue life at 3000 microstrain", 185e3, 740e3, "our choice"),
    BoneParameter("repair_days", "tr", "d", "time in which damage is repaired", 18.0, 40.0, "recalled, hardly sure"),
    BoneParameter("repair_exponent", "v", "", "scatter of repair times", 1.0, 3.0, "recalled, hardly sure"),
    BoneParameter("apposition_um_per_day", "a", "µm/d", "new bone on the outside", 0.0, 8.0, "recalled, hardly sure"),
)
"""The uncertain parameters, for sliders and small multiples alike."""


@dataclass(frozen=True)
class BoneModel:
    """The parameters of the model: recalled from the literature and not verified, or our choice. For teaching only.

    Attributes
    ----------
    strain_exponent : float
        n: fatigue life falls with strain to this power. Recalled. [1]
    weibull_exponent : float
        w: scatter of fatigue lives, the Weibull modulus 8 over n. Recalled. [1]
    reference_volume_mm3 : float
        Vs0: volume of bone that a fatigue life is of. Recalled. [mm³]
    life_cycles : float
        C: cycles at 3000 microstrain until 63 % of pieces of the reference volume have failed, without repair. Not
        recalled: set so that more miles a day change the result by about as much as was published. [d]
    repair_days : float
        tr: until then 63 % of the damage is repaired. Recalled, hardly sure. [d]
    repair_exponent : float
        v: scatter of repair times. Recalled, hardly sure. [1]
    apposition_um_per_day : float
        New bone on the outside, which lowers the strain. Recalled, hardly sure. [µm/d]
    outer_radius_mm, inner_radius_mm : float
        The bone as a round tube in bending. Our choice, rough. [mm]
    """

    strain_exponent: float = 6.6
    weibull_exponent: float = 1.2
    reference_volume_mm3: float = 96.0
    life_cycles: float = 370e3
    repair_days: float = 26.0
    repair_exponent: float = 2.0
    apposition_um_per_day: float = 4.0
    outer_radius_mm: float = 12.0
    inner_radius_mm: float = 6.5

    def __post_init__(self) -> None:
        """Refuse what is no number of its kind."""
        for field in fields(self):
            value, least = getattr(self, field.name), field.name in {"apposition_um_per_day", "inner_radius_mm"}
            if not np.isfinite(value) or value < 0 or (value == 0 and not least):
                needed = "a number from 0 on" if least else "a positive number"
                raise ValueError(f"{field.name} is {value!r}; {needed} is needed")
        if self.inner_radius_mm >= self.outer_radius_mm:
            raise ValueError("inner_radius_mm is not below outer_radius_mm; a tube has a wall")


MODEL = BoneModel()
