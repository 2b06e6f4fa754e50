import KernelIR
