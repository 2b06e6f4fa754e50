"""Operators that read and write at places other tensors name."""
import torch


def ramp(*shape):
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float64).reshape(shape)


def index(*values):
    return torch.tensor(values)


def cases(case):
    reads(case)
    advanced(case)
    writes(case)
    scatters(case)
    resampling(case)


def reads(case):
    x = ramp(3, 4)
    case("index_select", x, 1, index(3, 0, 3))
    case("index_select", x, -2, index(2))
    case("index_select", x, 0, torch.tensor(1))
    case("gather", x, 1, index([0, 3], [1, 1]))
    case("gather", x, 0, index([2, 0, 1, 0]))
    case("gather", torch.tensor(5.0), 0, torch.tensor(0))
    case("take", x, index([0, -1], [5, 6]))
    case("take_along_dim", x, index([0], [3], [1]), 1)
    case("take_along_dim", x, index([0, 1, 1, 0]), 0)
    case("take_along_dim", x, index(7, 2))
    case("embedding", x, index([2, 0], [1, 1]))
    case("embedding", x, torch.tensor(1), 0)


def advanced(case):
    x = ramp(3, 4, 2)
    i, j = index(0, 2, -1), index([1], [-4])
    for indices in ([i], [None, j], [i, j], [i, None, index(1, 0, 1)], [None, None, i % 2], [None, index(0, 1), index(0)],
                    [torch.tensor(1), None, j % 2], [index([0, 1], [2, 2])]):
        case("index.Tensor", x, indices)
    case("index.Tensor", x, [x.sum(2) > 20])
    case("index.Tensor", x, [torch.tensor([True, False, True])])
    case("index.Tensor", x, [None, torch.tensor([True, False, True, True]), index(0, 1, 0)])
    case("index.Tensor", x, [x > 20])


def writes(case):
    x = ramp(3, 4)
    i, j = index(0, 2), index(1, -1)
    case("index_put", x, [i, j], torch.tensor([50.0, 60], dtype=torch.float64))
    case("index_put", x, [i], -ramp(4))
    case("index_put", x, [None, j], torch.tensor(9.0, dtype=torch.float64))
    case("index_put", x, [index(1, 1, 1)], ramp(3, 4), True)
    case("index_put", x, [x > 5], torch.tensor(-1.0, dtype=torch.float64))
    case("index_put_", ramp(3), [index(1)], torch.tensor(-1.0, dtype=torch.float64))
    case("index_add", x, 1, index(0, 0), ramp(3, 2), alpha=2)
    case("index_copy", x, 0, index(2, 0), -ramp(2, 4))
    case("index_fill.int_Scalar", x, 1, index(0, 3), 7)


def scatters(case):
    x, source = ramp(3, 4), -ramp(3, 4) - 1
    i, duplicated = index([0, 3], [1, 2]), index([0, 0, 1], [2, 2, 2])
    case("scatter.src", x, 1, i, source)
    case("scatter.src", x, 0, index([2, 0, 1, 0]), source)
    case("scatter.value", x, 1, i, 7)
    case("scatter.reduce", x, 1, duplicated, source, reduce="add")
    case("scatter.value_reduce", x, 1, duplicated, 3, reduce="multiply")
    case("scatter_add", x, 1, duplicated, source)
    case("scatter_add_", torch.zeros(2, dtype=torch.int8), 0, index(0, 0), torch.tensor([100, 100], dtype=torch.int8))
    for kind in ("sum", "prod", "mean", "amax", "amin"):
        case("scatter_reduce.two", x, 1, duplicated, source, kind)
        case("scatter_reduce.two", x, 1, duplicated, source, kind, include_self=False)
    case("scatter_reduce.two", torch.tensor([3, 4]), 0, index(0, 0), torch.tensor([-5, -6]), "mean")


def resampling(case):
    line, plane, volume = ramp(1, 1, 3), ramp(1, 1, 3, 4) ** 2, ramp(1, 1, 2, 2, 3) ** 2
    for name in ("upsample_nearest{}d", "_upsample_nearest_exact{}d"):
        case(name.format(1), line, [7])
        case(name.format(1), line, [2])
        case(name.format(1), line, [7], 2.5)
        case(name.format(2), plane, [5, 3])
        case(name.format(3), volume, [3, 1, 5])
        case(name.format(2) + ".vec", plane, None, [1.5, 2.0])
        case(name.format(2) + ".vec", plane, [4, 6], None)
    for aligned in (True, False):
        case("upsample_linear1d", line, [7], aligned)
        case("upsample_linear1d", line, [2], aligned)
        case("upsample_linear1d", line, [1], aligned)
        case("upsample_bilinear2d", plane, [5, 3], aligned)
        case("upsample_bilinear2d", plane, [7, 9], aligned, 2.4, 2.3)
        case("upsample_bilinear2d.vec", plane, None, aligned, [1.5, 2.0])
        case("upsample_trilinear3d", volume, [3, 3, 4], aligned)
        case("upsample_bicubic2d", plane, [5, 3], aligned)
        case("upsample_bicubic2d.vec", plane, None, aligned, [1.5, 2.0])
