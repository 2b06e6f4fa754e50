import Testing

@testable import Devices

@Suite("Devices") struct DevicesTests {}
