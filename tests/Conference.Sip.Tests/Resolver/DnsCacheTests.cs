using Conference.Sip.Resolver;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Resolver;

public class DnsCacheTests
{
    private readonly FakeTime _time = new();
    private readonly FakeDns _dns = new();
    private readonly DnsCache _cache;

    public DnsCacheTests() => _cache = new DnsCache(_dns, _time);

    private int Ask(string name, DnsType type = DnsType.A) => _cache.AskAsync(name, type).Now().Records.Length;

    [Fact]
    public void An_answer_is_believed_as_long_as_it_says()
    {
        _dns.Address("a.example", "192.0.2.1", seconds: 60);
        Ask("a.example");
        _time.Advance(TimeSpan.FromSeconds(59));
        Ask("A.Example.");
        Assert.Single(_dns.Asked);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Ask("a.example"));
        Assert.Equal(2, _dns.Asked.Count);
    }

    [Theory]
    [InlineData(0, 4, 6)]
    [InlineData(1_000_000, 3_599, 3_601)]
    public void But_not_shorter_than_5_s_nor_longer_than_an_hour(uint seconds, int still, int over)
    {
        _dns.Address("a.example", "192.0.2.1", seconds);
        Ask("a.example");
        _time.Advance(TimeSpan.FromSeconds(still));
        Ask("a.example");
        Assert.Single(_dns.Asked);

        _time.Advance(TimeSpan.FromSeconds(over - still));
        Ask("a.example");
        Assert.Equal(2, _dns.Asked.Count);
    }

    [Fact]
    public void A_name_that_does_not_exist_is_not_asked_for_again_for_30_s()
    {
        Assert.Equal(0, Ask("no.example"));
        _time.Advance(TimeSpan.FromSeconds(29));
        Ask("no.example");
        Assert.Single(_dns.Asked);

        _time.Advance(TimeSpan.FromSeconds(2));
        Ask("no.example");
        Assert.Equal(2, _dns.Asked.Count);
    }

    [Fact]
    public async Task A_question_that_failed_is_asked_again_after_30_s()
    {
        _dns.Address("a.example", "192.0.2.1").Held = Task.FromException(new IOException("no route"));
        await Assert.ThrowsAsync<IOException>(() => _cache.AskAsync("a.example", DnsType.A));

        _dns.Held = Task.CompletedTask;
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, Ask("a.example"));
    }

    [Fact]
    public void Many_who_wait_for_one_name_ask_once()
    {
        var held = new TaskCompletionSource();
        _dns.Address("a.example", "192.0.2.1").Held = held.Task;
        var all = Enumerable.Range(0, 50).Select(_ => _cache.AskAsync("a.example", DnsType.A)).ToList();
        held.SetResult();

        Assert.All(all, a => Assert.Single(a.Now().Records));
        Assert.Single(_dns.Asked);
    }

    [Fact]
    public void Aliases_are_followed_and_circles_end()
    {
        _dns.Alias("www.example", DnsType.A, "a.example").Address("a.example", "192.0.2.1");
        _dns.Alias("here.example", DnsType.A, "there.example").Alias("there.example", DnsType.A, "here.example");

        Assert.Equal(1, Ask("www.example"));
        Assert.Equal(0, Ask("here.example"));
        Assert.True(_dns.Asked.Count < 20);
    }
}
