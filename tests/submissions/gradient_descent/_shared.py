"""What answers to several exercises of the lesson `gradient_descent` are built from."""

def step_of(fv, fp):
    def step(param, grad, velocity, lr, momentum):
        v = fv(grad, velocity, lr, momentum)
        return fp(param, grad, v, lr, momentum, velocity), v
    return step

velocity_of = lambda g, v, lr, m: m * v + g
moved = lambda p, g, v, lr, m, old: p - lr * v
