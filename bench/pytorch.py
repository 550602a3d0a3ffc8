"""Training steps and inference of the benchmark's models in PyTorch, timed on request: one JSON line in, one out."""

import json
import sys
import time

import torch
import torchvision
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    def block(inputs, outputs):
        return [
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]

    head = [nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)]
    return nn.Sequential(*block(1, 32), *block(32, 64), *head)


def resnet18():
    model = torchvision.models.resnet18(num_classes=10)
    model.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    return model


def mobilenet_v2():
    return torchvision.models.mobilenet_v2(num_classes=10)


def squeezenet1_1():
    return torchvision.models.squeezenet1_1(num_classes=10)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-3)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=1e-3, momentum=0.9)


models = {
    "mlp": (mlp, (1, 28, 28), adam),
    "cnn": (cnn, (1, 28, 28), adam),
    "resnet18": (resnet18, (1, 28, 28), momentum),
    "mobilenet_v2": (mobilenet_v2, (3, 96, 96), momentum),
    "squeezenet1_1": (squeezenet1_1, (3, 96, 96), momentum),
}


def prepare(name, batch):
    build, shape, optimizer_of = models[name]
    model = build().train()
    optimizer = optimizer_of(model.parameters())
    loss_of = nn.CrossEntropyLoss()
    images = torch.rand(batch, *shape)
    labels = torch.arange(batch) % 10

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def prepare_inference(name, batch):
    build, shape, _ = models[name]
    model = build().eval()
    images = torch.rand(batch, *shape)

    def infer():
        with torch.no_grad():
            return model(images)

    return infer


preparations = {"train": prepare, "infer": prepare_inference}
steps = {}
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = (request.get("mode", "train"), request["model"], request["batch"])
    if key not in steps:
        steps[key] = preparations[key[0]](*key[1:])
    times = []
    for _ in range(request["repeats"]):
        start = time.perf_counter()
        steps[key]()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)
