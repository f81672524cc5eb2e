"""What tests of several parts share: silence, loopback only, a real Secret Service, a virtual screen."""
