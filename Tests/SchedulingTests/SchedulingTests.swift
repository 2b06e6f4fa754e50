import Testing

@testable import Scheduling

@Suite("Scheduling") struct SchedulingTests {}
