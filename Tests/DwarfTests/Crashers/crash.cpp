// C++ shapes of names and types: namespaces, templates, lambdas, methods, references, inheritance.
namespace game {

static volatile int zero;

struct Point {
    int x = 1, y = 2;
    Point operator+(const Point &o) const { Point p; p.x = x + o.x; p.y = y + o.y; return p; }
};

class Thing {
public:
    explicit Thing(int hp) : hp(hp) {}
    virtual int think(int n) { return n; }

protected:
    int hp;
    Point at;
};

class Enemy final : public Thing {
public:
    using Thing::Thing;
    __attribute__((noinline)) int think(int n) override {
        int power = hp + at.x;
        return power / (n * zero);
    }
    template <typename T, int N> __attribute__((noinline)) T bite(const T &strength) {
        T local = strength * N;
        return local + think(static_cast<int>(local));
    }
};

namespace {
template <class F> __attribute__((noinline)) int each(int count, F &&body) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += body(i);
    return sum;
}
} // namespace

enum class Colour : unsigned char { red = 1, green, blue };

__attribute__((noinline)) int paint(Colour c, Point &where, const char *const *names) {
    if (c == Colour::green) __builtin_trap();
    return where.x + names[0][0];
}

} // namespace game

extern "C" {
int crash_think() {
    game::Enemy enemy(40);
    return enemy.bite<long, 3>(7) != 0;
}

int crash_lambda() {
    game::Point p, q;
    game::Point r = p + q;
    return game::each(3, [&](int i) { return r.y / (i - 1 + game::zero); });
}

int crash_paint() {
    game::Point where;
    const char *names[] = {"first", "second"};
    return game::paint(game::Colour(2 + game::zero), where, names);
}
}

void operator delete(void *) noexcept {}
void operator delete(void *, unsigned long) noexcept {}

namespace game {

struct Item {
    float weight = 1.5f;
    double price = -2.25;
    Point at;
};

__attribute__((noinline)) int give(Item item, Point to, int count) {
    if (item.at.x == to.x) __builtin_trap();
    return count;
}

} // namespace game

// Structures by value are copies whose address the function gets.
extern "C" int crash_give() {
    game::Item item;
    game::Point to;
    to.y = 5 + game::zero;
    return game::give(item, to, 3);
}
