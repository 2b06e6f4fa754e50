import Testing

@testable import Reference

@Suite("Reference") struct ReferenceTests {}
