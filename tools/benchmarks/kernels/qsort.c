// Quicksort with insertion sort for short ranges: branches and recursion.
#include "kernel.h"

enum { COUNT = 20000 };

static int32_t numbers[COUNT];

static void sort(int32_t *first, int32_t *last) {
    while (last - first > 12) {
        int32_t pivot = first[(last - first) / 2], *i = first, *j = last;
        while (i <= j) {
            while (*i < pivot) i++;
            while (*j > pivot) j--;
            if (i > j) break;
            int32_t swap = *i;
            *i++ = *j;
            *j-- = swap;
        }
        if (j - first < last - i) {
            sort(first, j);
            first = i;
        } else {
            sort(i, last);
            last = j;
        }
    }
    for (int32_t *i = first + 1; i <= last; i++) {
        int32_t value = *i, *j = i;
        for (; j > first && j[-1] > value; j--) *j = j[-1];
        *j = value;
    }
}

RUN {
    uint32_t seed = 777, hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) {
        for (int32_t i = 0; i < COUNT; i++) numbers[i] = (int32_t)next_random(&seed);
        sort(numbers, numbers + COUNT - 1);
        for (int32_t i = 1; i < COUNT; i++) hash += numbers[i - 1] > numbers[i];
        hash = mix(hash, (uint32_t)numbers[COUNT / 3]);
    }
    return (int32_t)hash;
}
