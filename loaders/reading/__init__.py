"""Reading files that nobody vouches for: in a process that can be killed, without a network, within limits."""
