//! Letter templates: lays out what the domain decided to ask.
