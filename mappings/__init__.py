"""What codes, units and answers mean: value sets by clinical name. Pure; reads its own data files once."""
