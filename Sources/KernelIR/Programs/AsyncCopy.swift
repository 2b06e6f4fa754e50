/// Copies from device memory into memory of the group that go on while a work-item does other work.
///
/// A work-item's copies form batches, the earliest of which end first. What was copied may be read after the wait for
/// its batch; by other work-items after a barrier that follows the wait. A language without such copies makes them at
/// once.
public enum AsyncCopy: Sendable, Hashable, Codable {
    /// Begins copies. Each value is a load from device memory, and each target an element of a shared buffer of its
    /// type.
    case issue([Store])
    /// Makes a batch of what was begun since the last one, perhaps of nothing.
    case commit
    /// Waits until at most so many of the latest batches are under way.
    case wait(pending: Int)

    /// The copies that begin here.
    public var stores: [Store] { if case .issue(let stores) = self { stores } else { [] } }

    /// The same with other copies.
    public func mapStores(_ transform: ([Store]) -> [Store]) -> AsyncCopy {
        if case .issue(let stores) = self { .issue(transform(stores)) } else { self }
    }
}

extension Statement {
    /// What the statement itself writes, also by copies; not what statements inside of it do.
    public var ownStores: [Store] {
        switch self {
        case .store(let stores): stores
        case .asyncCopy(let copy): copy.stores
        default: []
        }
    }
}

extension KernelVerifier {
    /// Checks that copies go from device memory to shared memory of the same type.
    func verifyCopies(_ copy: AsyncCopy, _ place: Place) throws(KernelwrightError) {
        if case .wait(let pending) = copy, pending < 0 {
            throw place.scope.failure("it waits for \(pending) batches of copies", hint: "0 or more may be pending")
        }
        for store in copy.stores {
            guard place.locals[store.buffer]?.space == .local else {
                throw place.scope.failure(
                    "\(store.buffer) is the target of a copy", hint: "copies end in shared buffers")
            }
            guard case .load(let load) = store.value, place.locals[load.buffer] == nil else {
                throw place.scope.failure(
                    "what is copied to \(store.buffer) is computed", hint: "a copy's value is a load of device memory")
            }
        }
    }
}
