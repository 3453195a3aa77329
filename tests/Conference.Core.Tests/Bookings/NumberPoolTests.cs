using Conference.Core.Bookings;

namespace Conference.Core.Tests.Bookings;

public sealed class NumberPoolTests
{
    [Theory]
    [InlineData("000000", true)]
    [InlineData("123456", true)]
    [InlineData("987654", true)]
    [InlineData("482482", true)]
    [InlineData("482913", false)]
    public void Easy_digits_are_weak(string digits, bool weak) => Assert.Equal(weak, NumberPool.IsWeak(digits));

    [Theory]
    [InlineData("482913", "482914", true)]
    [InlineData("482913", "482931", true)]
    [InlineData("482913", "482913", true)]
    [InlineData("482913", "842913", true)]
    [InlineData("482913", "913482", false)]
    [InlineData("482913", "4829", false)]
    public void One_slip_of_the_finger_makes_a_neighbour(string a, string b, bool near) => Assert.Equal(near, NumberPool.IsNeighbour(a, b));

    [Fact]
    public void Drawn_numbers_keep_away_from_those_taken()
    {
        var taken = Enumerable.Range(0, 200).Aggregate(System.Collections.Immutable.ImmutableHashSet<string>.Empty, (set, _) =>
        {
            var number = NumberPool.DrawNumber(set);
            Assert.DoesNotContain(set, t => NumberPool.IsNeighbour(t, number));
            Assert.NotEqual('0', number[0]);
            return set.Add(number);
        });

        Assert.Equal(200, taken.Count);
    }

    [Fact]
    public void Pins_are_neither_weak_nor_alike_nor_the_number()
    {
        for (var i = 0; i < 500; i++)
        {
            var (host, guest) = NumberPool.DrawPins("482913");
            Assert.False(NumberPool.IsWeak(host) || NumberPool.IsWeak(guest) || NumberPool.IsNeighbour(host, guest));
            Assert.False(NumberPool.IsNeighbour(host, "482913") || NumberPool.IsNeighbour(guest, "482913"));
        }
    }
}
