"""Operators that move elements without arithmetic."""
import torch


def ramp(*shape, dtype=torch.float64):
    return torch.arange(torch.Size(shape).numel(), dtype=dtype).reshape(shape)


def cases(case):
    parts(case)
    joins(case)
    order(case)
    padding(case)
    reshapes(case)
    expansions(case)
    written_parts(case)


def parts(case):
    x = ramp(4, 5, 3)
    for axis, index in ((0, 0), (1, -1), (-1, 2), (0, -4)):
        case("select.int", x, axis, index)
    last = 9223372036854775807
    for form in ((0, 1, 3), (1, -3, last), (1, 0, last, 2), (-1, None, None, 2), (1, 3, 1), (1, -99, 99, 3), (0, 2, -1),
                 (1, 7, 9), ()):
        case("slice.Tensor", x, *form)
    case("narrow", x, 1, 1, 3)
    case("narrow", x, -1, -2, 2)
    case("narrow", x, 0, 4, 0)
    for size, axis in ((2, 1), (2, 0), (7, -1), (1, 2)):
        case("split.Tensor", x, size, axis)
    case("split.Tensor", x, 3)
    case("split_with_sizes", x, [1, 0, 4], 1)
    case("split.sizes", x, [2, 2])
    for count, axis in ((2, 1), (3, 0), (4, 1), (9, -1), (1, 0)):
        case("chunk", x, count, axis)
    case("tensor_split.sections", x, 3, 1)
    case("tensor_split.sections", x, 3)
    case("tensor_split.indices", x, [1, 3], 1)
    case("tensor_split.indices", x, [-1, 9], 1)
    case("unbind.int", x, 2)
    case("unbind.int", x)
    for form in ((), (1,), (-2, 0, 1), (0, 2, 1), (1, -1, -2)):
        case("diagonal", x, *form)
    for form in ((0, 2, 1), (1, 3, 2), (-1, 3, 5), (1, 1, 1)):
        case("unfold", x, *form)


def joins(case):
    x, y = ramp(2, 3), -ramp(2, 3)
    case("cat", [x, y])
    case("cat", [x, y, x], 1)
    case("cat", [x, ramp(2, 1), ramp(2, 0)], -1)
    case("cat", [torch.zeros(0, dtype=torch.float64), x], 0)
    case("concat", [x, y], -2)
    case("cat", [x.to(torch.int32), y])
    for axis in (0, 1, 2, -1):
        case("stack", [x, y], axis)
    case("stack", [torch.tensor(1.0), torch.tensor(2.0)])


def order(case):
    x = ramp(2, 4, 3)
    for axes in ([1], [0, -1], [0, 1, 2], []):
        case("flip", x, axes)
    case("roll", x, [1], [1])
    case("roll", x, [-1, 5], [2, 1])
    case("roll", x, [1, 1], [1, 1])
    case("roll", x, [5])
    for turns, axes in ((1, [0, 1]), (2, [1, 2]), (-1, [2, 0]), (4, [0, 1])):
        case("rot90", x, turns, axes)
    case("movedim.int", x, 0, -1)
    case("movedim.intlist", x, [0, 1], [2, 0])
    case("swapaxes", x, 0, 2)
    case("mT", x)
    case("permute", x, [2, 0, -2])
    case("transpose.int", torch.tensor(1.0), 0, -1)
    case("pixel_shuffle", ramp(2, 8, 2, 3), 2)
    case("pixel_unshuffle", ramp(2, 2, 4, 6), 2)
    case("channel_shuffle", ramp(1, 6, 2, 1), 3)


def padding(case):
    x = ramp(2, 3, 4)
    case("constant_pad_nd", x, [1, 2], 7)
    case("constant_pad_nd", x, [-1, 2, 0, -2, 1, 0], -1)
    case("constant_pad_nd", x, [0, 0, 1, 1])
    case("pad", x, [1, 0, 2, 1], "constant", 0.5)
    case("pad", x, [1, 0])
    case("pad", x, [2, 3], "reflect")
    case("pad", x, [2, 5], "replicate")
    case("pad", x, [4, 3], "circular")
    y = ramp(1, 2, 3, 4)
    case("pad", y, [1, 2, 2, 1], "reflect")
    case("pad", y, [1, 2, 3, -1], "replicate")
    case("pad", y, [-1, 2, 3, 1], "circular")
    z = ramp(1, 1, 2, 3, 4)
    case("pad", z, [3, 1, 2, 1, 1, 0], "reflect")
    case("pad", z, [1, 2, 0, 1, 3, 0], "replicate")
    case("pad", z, [1, 2, 0, 1, 1, 2], "circular")
    case("reflection_pad1d", x, [3, 1])
    case("reflection_pad2d", x, [1, 1, 1, 1])
    case("reflection_pad3d", z, [1, 1, 1, 1, 1, 1])
    case("replication_pad1d", x, [3, 1])
    case("replication_pad2d", y, [1, 2, 3, 4])
    case("replication_pad3d", z, [1, 1, 1, 1, 1, 1])


def reshapes(case):
    x = ramp(2, 3, 4)
    case("reshape", x, [4, -1])
    case("_unsafe_view", x, [6, 4])
    case("unflatten.int", x, 2, [2, 2])
    case("unflatten.int", x, -2, [-1, 1])
    case("flatten.using_ints", x, 1)
    case("flatten.using_ints", x, 0, 1)
    case("ravel", x)
    case("view_as", x, torch.zeros(6, 4))
    case("reshape_as", x, torch.zeros(4, 6))
    y = ramp(1, 2, 1, 3)
    case("squeeze", y)
    case("squeeze.dim", y, 1)
    case("squeeze.dims", y, [0, 2])
    case("squeeze.dims", y, [-2, 1])
    case("squeeze.dim", torch.tensor(1.0), 0)
    case("unsqueeze", y, 4)
    case("unsqueeze", torch.tensor(1.0), -1)


def expansions(case):
    x = ramp(2, 1, 3)
    case("expand", x, [2, 4, 3])
    case("expand", x, [5, 2, -1, 3])
    case("expand_as", x, torch.zeros(2, 2, 3))
    case("broadcast_to", x, [2, 2, 2, 3])
    case("broadcast_tensors", [x, ramp(4, 1), torch.tensor(1.0)])
    case("repeat", x, [1, 2, 1])
    case("repeat", x, [2, 1, 1, 2])
    case("tile", x, [2])
    case("tile", x, [2, 1, 1, 2])
    case("repeat_interleave.self_int", x, 2, 2)
    case("repeat_interleave.self_int", x, 3)
    case("meshgrid.indexing", [ramp(2), ramp(3)], indexing="ij")
    case("meshgrid.indexing", [ramp(2), ramp(3), ramp(2)], indexing="xy")
    case("meshgrid", [ramp(2), torch.tensor(5.0, dtype=torch.float64)])


def written_parts(case):
    x = ramp(3, 4)
    case("slice_scatter", x, -ramp(3, 2), 1, 0, 4, 2)
    case("slice_scatter", x, -ramp(2, 4), 0, -2)
    case("select_scatter", x, -ramp(3), 1, -1)
    case("diagonal_scatter", x, -ramp(3), 1)
    case("diagonal_scatter", x, -ramp(2), -1)
    case("diag_embed", ramp(2, 3))
    case("diag_embed", ramp(2, 3), 1, 0, 2)
    case("diag_embed", ramp(2, 3), -2)
