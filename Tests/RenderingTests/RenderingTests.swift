import Testing

@testable import Rendering

@Suite("Rendering") struct RenderingTests {}
