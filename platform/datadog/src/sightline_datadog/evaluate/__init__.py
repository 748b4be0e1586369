"""Series and a clock in, states with their arithmetic out. Pure: the local backend, tests and backtests share it."""
