import Testing

@testable import KernelIR

@Suite("KernelIR") struct KernelIRTests {}
