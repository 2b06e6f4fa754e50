import Testing

@testable import Evaluation

@Suite("Evaluation") struct EvaluationTests {}
