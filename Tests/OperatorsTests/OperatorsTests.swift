import Testing

@testable import Operators

@Suite("Operators") struct OperatorsTests {}
