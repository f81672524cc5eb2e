"""Tests of shipconsole.station."""
