"""What the tests of several packages share: real servers on loopback."""
