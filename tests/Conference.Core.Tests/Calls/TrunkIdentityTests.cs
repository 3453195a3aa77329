using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Calls;

public class TrunkIdentityTests
{
    private readonly TrunkPlan _trunk = new(new TrunkLine("t1", "provider.example") { Token = "tok3n", User = "account" });

    /// <summary>Some providers write the account in the Request-URI and the number in To, some the reverse (case 25).</summary>
    [Theory]
    [InlineData(CalledNumberSource.RequestUri, "050123", "050123")]
    [InlineData(CalledNumberSource.RequestUri, "tok3n", "+39050")]
    [InlineData(CalledNumberSource.To, "account", "+39050")]
    [InlineData(CalledNumberSource.CalledPartyId, "account", "+39051")]
    public void The_called_number_is_where_the_provider_writes_it(CalledNumberSource source, string dialled, string expected) =>
        Assert.Equal(expected, TrunkIdentity.Called(_trunk with { CalledFrom = source }, new Incoming(dialled, "+39055")));

    [Theory]
    [InlineData(OutgoingIdentity.AccountInFrom, "account", "+39050", null)]
    [InlineData(OutgoingIdentity.AccountInFromPreferred, "account", null, "+39050")]
    [InlineData(OutgoingIdentity.NumberInFrom, "+39050", null, null)]
    public void The_caller_is_where_the_provider_reads_him_case_21(OutgoingIdentity style, string from, string? asserted, string? preferred)
    {
        var identity = TrunkIdentity.Outgoing(_trunk with { Identity = style, MainNumber = "+39050" }, null, isEmergency: false);

        Assert.Equal((from, asserted, preferred, null), (identity.User, identity.Asserted, identity.Preferred, identity.RemoteParty));
    }

    private sealed class Incoming(string dialled, string from) : IIncomingCall
    {
        private readonly FakeCall _call = new(dialled, from, true) { Headers = new() { ["P-Called-Party-ID"] = "<sip:+39051@provider.example>" } };

        public string ToUser => "+39050";

        public string CallId => _call.CallId;

        public SipAccount? Account => null;

        public string Dialled => _call.Dialled;

        public string FromUser => _call.FromUser;

        public string FromDisplayName => "";

        public System.Net.IPEndPoint Source => _call.Source;

        public string Transport => _call.Transport;

        public string? UserAgent => null;

        public SipBody? Body => _call.Body;

        public string? Header(string name) => _call.Header(name);

        public ValueTask RingAsync() => _call.RingAsync();

        public ValueTask<ISipCall> AnswerAsync(SipBody body) => _call.AnswerAsync(body);

        public ValueTask RejectAsync(int status, string? reason = null) => _call.RejectAsync(status, reason);
    }
}
