import Testing

@testable import Workloads

@Suite("Workloads") struct WorkloadsTests {}
