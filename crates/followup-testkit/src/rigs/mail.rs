//! Loopback mail servers.
