import Testing

@testable import Policies

@Suite("Policies") struct PoliciesTests {}
