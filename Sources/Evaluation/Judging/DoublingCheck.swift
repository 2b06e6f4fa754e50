import KernelIR
import Workers
import Workloads

/// A relation between two runs that needs no oracle: twice the inputs give outputs that are larger by a power of two, bit
/// for bit.
///
/// Whoever recognizes inputs instead of computing with them fails it, since nobody has seen the doubled ones.
struct DoublingCheck {
    /// The outputs grow by 2 to this.
    let degree: Int

    /// Nil where the workload's graph tells of no such relation.
    init?(_ workload: Workload) {
        guard let degree = workload.homogeneity else { return nil }
        self.degree = degree
    }

    /// Doubles every value of the inputs in place.
    func double(_ buffers: BufferSet) {
        for spec in buffers.specs where spec.role == .input {
            guard let values = buffers.bytes(of: spec.name)?.bindMemory(to: Float.self) else { continue }
            for index in values.indices { values[index] *= 2 }
        }
    }

    /// Why outputs contradict those of the run before, or nil.
    ///
    /// Values that lose digits near zero, and those that are not finite, tell nothing.
    func finding(_ outputs: BufferSet, before: OutputCopy) -> Rejection? {
        let factor = Float(sign: .plus, exponent: degree, significand: 1)
        for spec in outputs.specs where spec.role == .output {
            guard let now = outputs.bytes(of: spec.name)?.bindMemory(to: Float.self) else { continue }
            let then = before.bytes(of: spec.name).bindMemory(to: Float.self)
            for index in now.indices {
                let wanted = then[index] * factor
                guard now[index] != wanted, wanted.isNormal, then[index].isNormal else { continue }
                return Rejection(
                    .wrongValues,
                    "output '\(spec.name)' on doubled inputs: element \(index) is \(now[index]), but \(wanted) follows from "
                        + "the run before, exactly")
            }
        }
        return nil
    }
}
