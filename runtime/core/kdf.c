/* `_pyodide_kdf`: what hashlib has from OpenSSL elsewhere, over CPython's own HACL* code: PBKDF2 (RFC 8018) and
 * scrypt (RFC 7914). Signatures and limits are those of Modules/_hashopenssl.c.
 */
#include "kdf.h"

#include <ctype.h>
#include <string.h>

#include <Hacl_HMAC.h>

enum {
    MAX_DIGEST = 64,
    CHECK_EVERY = 1 << 14, /* iterations between two looks for a signal */
    SCRYPT_MEMORY = 32 << 20, /* OpenSSL's limit where the caller gives none */
};

typedef void (*Hmac)(uint8_t *out, uint8_t *key, uint32_t key_size, uint8_t *data, uint32_t size);

typedef struct {
    const char *name;
    Hmac compute;
    uint32_t size;
} Digest;

static const Digest digests[] = {
    {"md5", Hacl_HMAC_compute_md5, 16},
    {"sha1", Hacl_HMAC_compute_sha1, 20},
    {"sha224", Hacl_HMAC_compute_sha2_224, 28},
    {"sha256", Hacl_HMAC_compute_sha2_256, 32},
    {"sha384", Hacl_HMAC_compute_sha2_384, 48},
    {"sha512", Hacl_HMAC_compute_sha2_512, 64},
    {"sha3_224", Hacl_HMAC_compute_sha3_224, 28},
    {"sha3_256", Hacl_HMAC_compute_sha3_256, 32},
    {"sha3_384", Hacl_HMAC_compute_sha3_384, 48},
    {"sha3_512", Hacl_HMAC_compute_sha3_512, 64},
    {"blake2s", Hacl_HMAC_compute_blake2s_32, 32},
    {"blake2b", Hacl_HMAC_compute_blake2b_32, 64},
};

static const Digest *
digest_find(const char *name)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(digests); i++) {
        if (strcasecmp(name, digests[i].name) == 0) {
            return &digests[i];
        }
    }
    PyErr_Format(PyExc_ValueError, "unsupported hash type %s", name);
    return NULL;
}

/* One block of PBKDF2's output. `seed` is the salt with four bytes of room behind it. -1: a signal handler raised. */
static int
pbkdf2_block(
    const Digest *digest, Py_buffer *password, uint8_t *seed, uint32_t seed_size, uint32_t number, long iterations,
    uint8_t *out)
{
    for (int i = 0; i < 4; i++) {
        seed[seed_size - 4 + i] = (uint8_t)(number >> (24 - 8 * i));
    }
    uint8_t last[MAX_DIGEST], next[MAX_DIGEST];
    digest->compute(last, password->buf, (uint32_t)password->len, seed, seed_size);
    memcpy(out, last, digest->size);
    for (long i = 1; i < iterations; i++) {
        digest->compute(next, password->buf, (uint32_t)password->len, last, digest->size);
        for (uint32_t byte = 0; byte < digest->size; byte++) {
            out[byte] ^= next[byte];
        }
        memcpy(last, next, digest->size);
        if (i % CHECK_EVERY == 0 && PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    return 0;
}

static int
pbkdf2(
    const Digest *digest, Py_buffer *password, const void *salt, size_t salt_size, long iterations, uint8_t *out,
    size_t size)
{
    uint8_t *seed = PyMem_Malloc(salt_size + 4);
    if (seed == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(seed, salt, salt_size);
    int status = 0;
    uint32_t number = 1;
    for (size_t done = 0; done < size && status == 0; number++) {
        uint8_t block[MAX_DIGEST];
        status = pbkdf2_block(digest, password, seed, (uint32_t)salt_size + 4, number, iterations, block);
        size_t part = Py_MIN(size - done, digest->size);
        memcpy(out + done, block, part);
        done += part;
    }
    PyMem_Free(seed);
    return status;
}

static PyObject *
pbkdf2_bytes(const char *name, Py_buffer *password, Py_buffer *salt, long iterations, PyObject *length)
{
    const Digest *digest = digest_find(name);
    if (digest == NULL) {
        return NULL;
    }
    long size = length == Py_None ? (long)digest->size : PyLong_AsLong(length);
    if (size == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (iterations < 1) {
        return PyErr_Format(PyExc_ValueError, "iteration value must be greater than 0.");
    }
    if (size < 1) {
        return PyErr_Format(PyExc_ValueError, "key length must be greater than 0.");
    }
    PyObject *key = PyBytes_FromStringAndSize(NULL, size);
    if (key && pbkdf2(digest, password, salt->buf, (size_t)salt->len, iterations,
                      (uint8_t *)PyBytes_AS_STRING(key), (size_t)size) < 0) {
        Py_CLEAR(key);
    }
    return key;
}

PyDoc_STRVAR(
    pbkdf2_hmac_doc,
    "pbkdf2_hmac($module, /, hash_name, password, salt, iterations,\n            dklen=None)\n--\n\n"
    "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as\npseudorandom function.");

static PyObject *
pbkdf2_hmac(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"hash_name", "password", "salt", "iterations", "dklen", NULL};
    const char *name;
    Py_buffer password, salt;
    long iterations;
    PyObject *length = Py_None;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "sy*y*l|O:pbkdf2_hmac", names, &name, &password, &salt, &iterations, &length)) {
        return NULL;
    }
    PyObject *key = pbkdf2_bytes(name, &password, &salt, iterations, length);
    PyBuffer_Release(&password);
    PyBuffer_Release(&salt);
    return key;
}

/* scrypt. Blocks are words: wasm is little-endian, as the RFC wants them. */

static void
salsa20_8(uint32_t block[16])
{
    static const uint8_t quarters[8][4] = {
        {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11},
        {0, 1, 2, 3},  {5, 6, 7, 4},  {10, 11, 8, 9}, {15, 12, 13, 14},
    };
    uint32_t x[16];
    memcpy(x, block, sizeof(x));
#pragma clang loop unroll(disable)
    for (int round = 0; round < 8; round += 2) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) {
            const uint8_t *q = quarters[i];
            x[q[1]] ^= __builtin_rotateleft32(x[q[0]] + x[q[3]], 7);
            x[q[2]] ^= __builtin_rotateleft32(x[q[1]] + x[q[0]], 9);
            x[q[3]] ^= __builtin_rotateleft32(x[q[2]] + x[q[1]], 13);
            x[q[0]] ^= __builtin_rotateleft32(x[q[3]] + x[q[2]], 18);
        }
    }
    for (int i = 0; i < 16; i++) {
        block[i] += x[i];
    }
}

/* scryptBlockMix: 2r blocks of 16 words from `in` to `out`, the even ones first. */
static void
block_mix(const uint32_t *in, uint32_t *out, size_t r)
{
    uint32_t x[16];
    memcpy(x, in + (2 * r - 1) * 16, sizeof(x));
    for (size_t i = 0; i < 2 * r; i++) {
        for (int word = 0; word < 16; word++) {
            x[word] ^= in[i * 16 + word];
        }
        salsa20_8(x);
        memcpy(out + (i / 2 + (i % 2) * r) * 16, x, sizeof(x));
    }
}

/* scryptROMix of `block`, 32r words; `memory` has room for n of them and one more. -1: a signal handler raised. */
static int
ro_mix(uint32_t *block, uint32_t *memory, size_t n, size_t r)
{
    size_t words = 32 * r;
    uint32_t *mixed = memory + n * words;
    for (size_t i = 0; i < n; i++) {
        memcpy(memory + i * words, block, words * 4);
        block_mix(memory + i * words, block, r);
        if (i % CHECK_EVERY == CHECK_EVERY - 1 && PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *other = memory + (block[words - 16] & (n - 1)) * words;
        for (size_t word = 0; word < words; word++) {
            mixed[word] = block[word] ^ other[word];
        }
        block_mix(mixed, block, r);
        if (i % CHECK_EVERY == CHECK_EVERY - 1 && PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
scrypt_bytes(Py_buffer *password, Py_buffer *salt, size_t n, size_t r, size_t p, Py_ssize_t size)
{
    const Digest *sha256 = digest_find("sha256");
    uint32_t *blocks = PyMem_Malloc(p * 128 * r);
    uint32_t *memory = PyMem_Malloc((n + 1) * 128 * r);
    PyObject *key = blocks && memory ? PyBytes_FromStringAndSize(NULL, size) : PyErr_NoMemory();
    int status = key ? pbkdf2(sha256, password, salt->buf, (size_t)salt->len, 1, (uint8_t *)blocks, p * 128 * r) : -1;
    for (size_t i = 0; i < p && status == 0; i++) {
        status = ro_mix(blocks + i * 32 * r, memory, n, r);
    }
    if (status == 0) {
        status = pbkdf2(sha256, password, blocks, p * 128 * r, 1, (uint8_t *)PyBytes_AS_STRING(key), (size_t)size);
    }
    PyMem_Free(blocks);
    PyMem_Free(memory);
    if (status < 0) {
        Py_CLEAR(key);
    }
    return key;
}

/* -1 and a ValueError unless the numbers are ones that RFC 7914 and `limit` bytes of memory allow. */
static int
scrypt_check(unsigned long n, unsigned long r, unsigned long p, long long limit, long size)
{
    if (n < 2 || (n & (n - 1)) != 0) {
        PyErr_SetString(PyExc_ValueError, "n must be a power of 2.");
        return -1;
    }
    if (limit < 0 || limit > INT_MAX) {
        PyErr_Format(PyExc_ValueError, "maxmem must be positive and smaller than %d", INT_MAX);
        return -1;
    }
    if (size < 1) {
        PyErr_Format(PyExc_ValueError, "dklen must be greater than 0 and smaller than %d", INT_MAX);
        return -1;
    }
    double need = 128.0 * r * ((double)n + 2 + p);
    if (r < 1 || p < 1 || (double)r * p >= (1 << 30) || need > (limit ? (double)limit : SCRYPT_MEMORY)) {
        PyErr_SetString(PyExc_ValueError, "Invalid parameter combination for n, r, p, maxmem.");
        return -1;
    }
    return 0;
}

PyDoc_STRVAR(
    scrypt_doc,
    "scrypt($module, /, password, *, salt, n, r, p, maxmem=0, dklen=64)\n--\n\nscrypt password-based key derivation "
    "function.");

static PyObject *
scrypt(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"password", "salt", "n", "r", "p", "maxmem", "dklen", NULL};
    Py_buffer password, salt = {};
    PyObject *counts[3] = {};
    long long limit = 0;
    long size = 64;
    if (!PyArg_ParseTupleAndKeywords(
            args, kwargs, "y*|$y*O!O!O!Ll:scrypt", names, &password, &salt, &PyLong_Type, &counts[0], &PyLong_Type,
            &counts[1], &PyLong_Type, &counts[2], &limit, &size)) {
        return NULL;
    }
    unsigned long n[3] = {};
    if (salt.obj == NULL || counts[0] == NULL || counts[1] == NULL || counts[2] == NULL) {
        PyErr_SetString(PyExc_TypeError, "scrypt() needs the keyword arguments salt, n, r and p");
    }
    for (int i = 0; i < 3 && !PyErr_Occurred(); i++) {
        n[i] = PyLong_AsUnsignedLong(counts[i]);
    }
    PyObject *key = NULL;
    if (!PyErr_Occurred() && scrypt_check(n[0], n[1], n[2], limit, size) == 0) {
        key = scrypt_bytes(&password, &salt, n[0], n[1], n[2], size);
    }
    PyBuffer_Release(&password);
    PyBuffer_Release(&salt);
    return key;
}

static PyMethodDef methods[] = {
    {"pbkdf2_hmac", _PyCFunction_CAST(pbkdf2_hmac), METH_VARARGS | METH_KEYWORDS, pbkdf2_hmac_doc},
    {"scrypt", _PyCFunction_CAST(scrypt), METH_VARARGS | METH_KEYWORDS, scrypt_doc},
    {},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_pyodide_kdf",
    .m_doc = "PBKDF2 and scrypt without OpenSSL, for hashlib.",
    .m_methods = methods,
};

PyObject *
PyInit__pyodide_kdf(void)
{
    return PyModuleDef_Init(&definition);
}
