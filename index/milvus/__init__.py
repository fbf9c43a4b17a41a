"""The index in Milvus: the same passages, vectors and BM25 weights as on disk, on as many machines as it takes.

    <name>                     alias of the live build
    <name>_000007              passages of a build: vector, BM25 weights, what filters ask for, the passage itself
    <name>_000007_documents    everything else of a build, in pieces: manifest, vocabulary, articles

Rows, vectors, scores and words are those of a build folder, so that ranking is the same.
"""
