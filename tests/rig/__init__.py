"""Real servers and processes for the tests: private, on ports the kernel gave, ended by their own ids."""
