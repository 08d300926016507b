//! Composition root shared by the binaries: builds the adapters that the settings name.
