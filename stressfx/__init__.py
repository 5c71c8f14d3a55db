"""Training load and bone stress injury in runners: files, days, spikes and studies.

Names are loaded when they are first used, so that ``import stressfx`` costs nothing before.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
