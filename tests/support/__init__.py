"""Support for tests: fixtures for contexts, no noise, loopback only, a real Secret Service, a virtual screen."""
