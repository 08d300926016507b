//! Process plumbing: settings, telemetry, shutdown, clock. Knows no adapter.
