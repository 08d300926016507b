//! Real servers for tests, each private to the test that starts it.
