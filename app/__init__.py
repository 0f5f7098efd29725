"""The shell: everything that touches a socket, a disk, a clock, the environment or a terminal."""
