"""Four queues with one server each in SimPy 2, as `queue` in twin-load.ts has them: customers in, CPU milliseconds and mean wait out."""

import json
import random
import sys
import time

from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

customers = int(sys.argv[1])
waited = 0.0


class Customer(Process):
    def visit(self, server, service):
        global waited
        came = self.sim.now()
        yield request, self, server
        waited += self.sim.now() - came
        yield hold, self, service
        yield release, self, server


class Source(Process):
    def send(self, server, draw, count):
        for _ in range(count):
            yield hold, self, draw.expovariate(1 / 10)
            customer = Customer(sim=self.sim)
            self.sim.activate(customer, customer.visit(server, draw.expovariate(1 / 8)))


began = time.process_time()
simulation = Simulation()
simulation.initialize()
for queue in range(4):
    source = Source(sim=simulation)
    server = Resource(capacity=1, sim=simulation)
    simulation.activate(source, source.send(server, random.Random(queue), customers // 4))
simulation.simulate(until=1e12)
took = time.process_time() - began
print(json.dumps({"cpuMs": took * 1000, "meanWait": waited / customers}))
