//! The model of a run and the adapters of the vendors: pure, no I/O, no clock.
