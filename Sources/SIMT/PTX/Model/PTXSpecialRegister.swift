/// A read-only register of the machine, e.g. `%tid.x`.
public enum PTXSpecialRegister: Sendable, Hashable {
    /// A component of a three-dimensional value; `w` reads as zero.
    public enum Axis: String, Sendable, Hashable, Codable, CaseIterable {
        case x, y, z, w
    }

    /// Which lanes a lane mask holds, compared with the reading lane.
    public enum LaneRelation: String, Sendable, Hashable, Codable, CaseIterable {
        case equal = "eq"
        case lessOrEqual = "le"
        case less = "lt"
        case greaterOrEqual = "ge"
        case greater = "gt"
    }

    /// Index of the thread in its block.
    case tid(Axis)
    /// Threads of a block.
    case ntid(Axis)
    /// Index of the block in the grid.
    case ctaid(Axis)
    /// Blocks of the grid.
    case nctaid(Axis)
    /// Index of the cluster in the grid.
    case clusterid(Axis)
    /// Clusters of the grid.
    case nclusterid(Axis)
    /// Index of the block in its cluster.
    case clusterCtaid(Axis)
    /// Blocks of a cluster.
    case clusterNctaid(Axis)
    /// Linear index of the block in its cluster.
    case clusterCtarank
    /// Blocks of a cluster in all.
    case clusterNctarank
    /// A predicate: whether the launch named cluster dimensions.
    case isExplicitCluster
    case laneid
    case warpid
    case nwarpid
    case smid
    case nsmid
    case gridid
    case lanemask(LaneRelation)
    /// The low 32 bits of the cycle counter.
    case clock
    /// The high 32 bits of the cycle counter.
    case clockHigh
    case clock64
    /// Nanoseconds.
    case globaltimer
    case globaltimerLow
    case globaltimerHigh
    /// Bytes of dynamic shared memory of the launch.
    case dynamicSharedBytes
    /// Bytes of shared memory of a block, static and dynamic.
    case totalSharedBytes
    /// Bytes of shared memory of a block with those the system reserves.
    case aggregateSharedBytes
    /// An environment register of the driver, 0 to 31.
    case envreg(Int)
    /// A performance counter, 0 to 7.
    case performanceMonitor(Int)

    /// The type as the machine holds it.
    public var type: PTXType {
        switch self {
        case .clock64, .globaltimer, .gridid: .u64
        case .isExplicitCluster: .pred
        case .envreg: .b32
        default: .u32
        }
    }

    /// The special register named `name`, as written with its `%` and without a component; nil if there is none.
    ///
    /// `axis` is the component after the dot; registers without components refuse one, the others need one.
    public init?(name: String, axis: Axis?) {
        if let axis {
            switch name {
            case "%tid": self = .tid(axis)
            case "%ntid": self = .ntid(axis)
            case "%ctaid": self = .ctaid(axis)
            case "%nctaid": self = .nctaid(axis)
            case "%clusterid": self = .clusterid(axis)
            case "%nclusterid": self = .nclusterid(axis)
            case "%cluster_ctaid": self = .clusterCtaid(axis)
            case "%cluster_nctaid": self = .clusterNctaid(axis)
            default: return nil
            }
            return
        }
        switch name {
        case "%cluster_ctarank": self = .clusterCtarank
        case "%cluster_nctarank": self = .clusterNctarank
        case "%is_explicit_cluster": self = .isExplicitCluster
        case "%laneid": self = .laneid
        case "%warpid": self = .warpid
        case "%nwarpid": self = .nwarpid
        case "%smid": self = .smid
        case "%nsmid": self = .nsmid
        case "%gridid": self = .gridid
        case "%clock": self = .clock
        case "%clock_hi": self = .clockHigh
        case "%clock64": self = .clock64
        case "%globaltimer": self = .globaltimer
        case "%globaltimer_lo": self = .globaltimerLow
        case "%globaltimer_hi": self = .globaltimerHigh
        case "%dynamic_smem_size": self = .dynamicSharedBytes
        case "%total_smem_size": self = .totalSharedBytes
        case "%aggr_smem_size": self = .aggregateSharedBytes
        default:
            if name.hasPrefix("%lanemask_"), let relation = LaneRelation(rawValue: String(name.dropFirst(10))) {
                self = .lanemask(relation)
            } else if name.hasPrefix("%envreg"), let number = Int(name.dropFirst(7)), (0..<32).contains(number) {
                self = .envreg(number)
            } else if name.hasPrefix("%pm"), let number = Int(name.dropFirst(3)), (0..<8).contains(number) {
                self = .performanceMonitor(number)
            } else {
                return nil
            }
        }
    }
}
