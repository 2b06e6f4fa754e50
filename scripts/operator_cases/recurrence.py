"""Recurrent networks."""
import torch


def draw(*shape):
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def weights(gates, features, hidden, layers, directions, biases, projection=0):
    """Parameters in the order of `_flat_weights`."""
    width = projection or hidden
    flat = []
    for layer in range(layers):
        for _ in range(directions):
            flat += [draw(gates * hidden, features if layer == 0 else directions * width), draw(gates * hidden, width)]
            if biases:
                flat += [draw(gates * hidden), draw(gates * hidden)]
            if projection:
                flat += [draw(projection, hidden)]
    return flat


def cases(case):
    for name, gates in (("lstm", 4), ("gru", 3), ("rnn_tanh", 1), ("rnn_relu", 1)):
        for layers, directions, biases, batch_first in ((1, 1, True, False), (2, 1, True, True), (1, 2, False, False),
                                                         (2, 2, True, True)):
            x = draw(2, 3, 2)
            batch = 2 if batch_first else 3
            states = [draw(layers * directions, batch, 2) for _ in range(2 if name == "lstm" else 1)]
            case(f"{name}.input", x, states if name == "lstm" else states[0],
                 weights(gates, 2, 2, layers, directions, biases), biases, layers, 0.0, True, directions == 2,
                 batch_first)
    flat = weights(4, 3, 3, 2, 1, True, projection=2)
    case("lstm.input", draw(4, 1, 3), [draw(2, 1, 2), draw(2, 1, 3)], flat, True, 2, 0.0, False, False, False)
