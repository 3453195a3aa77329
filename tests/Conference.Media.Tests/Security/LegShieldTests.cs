using Conference.Media.Security;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Security;

public sealed class LegShieldTests
{
    [Fact]
    public void A_key_that_stays_goes_on_with_its_counters()
    {
        var before = new MediaKeys.Sdes(Line(1), Line(1));
        using var first = LegShield.Of(before, null, null);

        using var rekeyed = LegShield.Of(before with { Theirs = Line(1) }, before, first);
        Assert.Same(first.Sender, rekeyed.Sender);
        Assert.NotSame(first.Receiver, rekeyed.Receiver);

        using var retagged = LegShield.Of(new MediaKeys.Sdes(before.Ours with { Tag = 2 }, before.Theirs with { Tag = 2 }), before, first);
        Assert.Same(first.Sender, retagged.Sender);
        Assert.Same(first.Receiver, retagged.Receiver);
    }

    private static SdesCrypto Line(int tag) => new(tag, SrtpKey.Random(SrtpProfile.Aes128Sha1Tag80));
}
