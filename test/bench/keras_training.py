"""Characters per second of Keras's LSTM on TensorFlow, trained as Inkling trains: one-hot input, Adam, clipping, carried state."""
import json
import os
import sys
import time

layers, hidden, vocabulary, batch, time_steps, steps, threads = map(int, sys.argv[1:])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
x = keras.Input(batch_shape=(batch, time_steps), dtype="int32")
y = keras.layers.CategoryEncoding(vocabulary, output_mode="one_hot")(x)
for _ in range(layers):
    y = keras.layers.LSTM(hidden, return_sequences=True, stateful=True)(y)
model = keras.Model(x, keras.layers.Dense(vocabulary)(y))
model.compile(
    keras.optimizers.Adam(1e-3, global_clipnorm=1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
ids = np.random.randint(0, vocabulary, (batch, time_steps))
targets = np.random.randint(0, vocabulary, (batch, time_steps))
for _ in range(2):
    model.train_on_batch(ids, targets)
start = time.perf_counter()
for _ in range(steps):
    model.train_on_batch(ids, targets)
print(json.dumps({"charactersPerSecond": steps * batch * time_steps / (time.perf_counter() - start), "version": f"{keras.__version__} on TensorFlow {tf.__version__}"}))
