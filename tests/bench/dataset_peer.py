"""Seconds of CPU in which a peer reads a file: dataset_peer.py csv|libsvm FILE."""
import sys
import time

kind, path = sys.argv[1:]
if kind == "libsvm":
    from sklearn.datasets import load_svmlight_file as load
else:
    import numpy

    def load(name):
        return numpy.loadtxt(name, delimiter=",")

start = time.process_time()
load(path)
print(time.process_time() - start)
