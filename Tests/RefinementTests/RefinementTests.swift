import Testing

@testable import Refinement

@Suite("Refinement") struct RefinementTests {}
