using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;
using Conference.Sip.Digests;
using Conference.Sip.Trunks;

namespace Conference.Core.Tests.Calls;

public sealed class CallPolicyTests : IDisposable
{
    private readonly House _house = new();
    private readonly CallPolicy _policy;

    public CallPolicyTests()
    {
        _policy = new CallPolicy(_house.Devices, _house.Extensions, _house.Numbers, _house.Routes);
        _house.Routes.Use(RoutePlan.Empty with
        {
            Trunks =
            [
                new(new TrunkLine("registered", "a.example") { Token = "x7q1" }) { TrustsIdentity = true },
                new(new TrunkLine("placed", "placed.example") { Token = "p1", Servers = ["sip:192.0.2.20:5070;transport=tcp", "sip:[2001:db8::20]"] }) { PeerNetworks = [IPNetwork.Parse("192.0.2.32/28")] },
                new(new TrunkLine("at", "192.0.2.77") { Token = "a1" }),
                new(new TrunkLine("one", "one.example")) { PeerNetworks = [IPNetwork.Parse("203.0.113.0/24")] },
                new(new TrunkLine("two", "two.example")) { PeerNetworks = [IPNetwork.Parse("203.0.113.0/24")] },
                new(new TrunkLine("off", "off.example")) { PeerNetworks = [IPNetwork.Parse("198.51.100.0/24")], IsEnabled = false },
            ],
        });
    }

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("192.0.2.9", "x7q1", "", "registered", "one,registered")]
    [InlineData("192.0.2.10", "x7q1", "", null)]
    [InlineData("192.0.2.10", "x7q1", "", null, "one")]
    [InlineData("192.0.2.20", "p1", "", "placed")]
    [InlineData("2001:db8::20", "p1", "", "placed")]
    [InlineData("192.0.2.33", "p1", "", "placed")]
    [InlineData("192.0.2.21", "p1", "", null)]
    [InlineData("192.0.2.77", "a1", "", "at")]
    [InlineData("192.0.2.78", "a1", "", null)]
    [InlineData("203.0.113.5", "050", "", "one")]
    [InlineData("::ffff:203.0.113.5", "050", "", "one")]
    [InlineData("203.0.113.5", "050", "two.example", "two")]
    [InlineData("198.51.100.5", "050", "off.example", null)]
    [InlineData("192.0.2.9", "", "", null)]
    [InlineData("192.0.2.9", "050", "one.example", null)]
    public void A_trunk_is_known_by_its_contact_from_its_own_servers_or_by_its_address(string from, string user, string fromHost, string? trunk, string serverOf = "") =>
        Assert.Equal(trunk, _policy.FindPeer(new IncomingSource(new IPEndPoint(IPAddress.Parse(from), 5060), "UDP", user, "us.example", fromHost) { ServerOf = [.. serverOf.Split(',')] })?.Name);

    [Theory]
    [InlineData("192.0.2.250", "two")] // an address on no list
    [InlineData("203.0.113.5", "two")] // one that two trunks share: the certificate says more
    [InlineData("192.0.2.250", null, "off")] // a trunk that is switched off lets nobody in
    public void A_trunk_that_proved_itself_by_certificate_is_known_wherever_it_calls_from(string from, string? trunk, string proven = "two") =>
        Assert.Equal(trunk, _policy.FindPeer(new IncomingSource(new IPEndPoint(IPAddress.Parse(from), 5061), "TLS", "050", "us.example", "") { ProvenAs = [proven] })?.Name);

    /// <summary>Cases 24 to 26: two accounts at one provider, which writes numbers its own way and does not call the contact we registered.</summary>
    [Theory]
    [InlineData("390501111", "", "", "second")] // its main number, without the plus
    [InlineData("00390501111", "", "", "second")]
    [InlineData("acc2", "", "", "second")] // the account in the request line
    [InlineData("acc1", "390501111", "", "first")] // the account counts, wherever the number stands
    [InlineData("gateway", "+390501111", "", "second")] // the number in To
    [InlineData("gateway", "", "0501111", "second")] // the number in P-Called-Party-ID, as the house writes it after rewriting
    [InlineData("390502222", "", "", "second")] // a route of that trunk alone
    [InlineData("390509999", "", "", "first")] // nobody's: the first, whose routes then refuse it
    public void Of_two_accounts_at_one_provider_the_one_is_called_whose_number_it_is(string user, string to, string party, string trunk)
    {
        _house.Routes.Use(RoutePlan.Empty with
        {
            Trunks =
            [
                new(new TrunkLine("first", "telco.example") { Registers = true, User = "acc1", Token = "t1" }) { MainNumber = "+390500000" },
                new(new TrunkLine("second", "telco.example") { Registers = true, User = "acc2", Token = "t2" }) { MainNumber = "+390501111", NumbersIn = [new("0ZX.", 0, "+39")] },
            ],
            In = [new("second", "+390502222", InboundKind.Extension, "200")],
        });

        var source = new IncomingSource(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 5060), "UDP", user, "us.example", "telco.example") { RegisteredBy = ["first", "second"], AlsoCalled = [to, party] };

        Assert.Equal(trunk, _policy.FindPeer(source)?.Name);
        Assert.Null(_policy.FindPeer(source with { RegisteredBy = [] }));
        Assert.Equal("first", _policy.FindPeer(source with { User = "t1", ServerOf = ["first", "second"] })?.Name); // the contact says it for certain
    }

    [Fact]
    public void A_device_is_asked_for_the_algorithms_it_has_and_no_others()
    {
        _house.Devices.SetStored(
        [
            new DeviceCard("new", "200", "Anna", "md5", "sha") { Ha1Sha512Of256 = "sha512", Algorithms = [SecretHash.Sha512Of256, SecretHash.Sha256], PlacesUnregistered = false },
            new DeviceCard("old", "200", "Anna", "md5", "sha"),
        ]);

        var (young, old) = (_policy.FindAccount("new")!, _policy.FindAccount("old")!);

        Assert.Equal([DigestAlgorithm.Sha512Of256, DigestAlgorithm.Sha256], young.Algorithms.AsEnumerable());
        Assert.Equal("sha512", young.Secrets.Single(s => s.Algorithm == DigestAlgorithm.Sha512Of256).Ha1);
        Assert.Equal([DigestAlgorithm.Md5, DigestAlgorithm.Sha256], old.Secrets.Select(s => s.Algorithm));
        Assert.Equal((false, true), (young.PlacesUnregistered, old.PlacesUnregistered));
    }

    [Fact]
    public void What_the_rules_call_an_emergency_is_one()
    {
        _house.Routes.Use(_house.Routes.Plan with { Out = [new("Help", "11X", CallClass.Emergency, ["one"]), new("All", "0.", CallClass.National, ["one"])] });

        Assert.Equal([true, false, false, false], new[] { "112", "0112", "1", "anna" }.Select(_policy.IsEmergency));
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("10.0.0.0/8", "", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "10.1.0.0/16, 192.168.0.0/16", "10.1.0.0/16")]
    [InlineData("10.0.0.0/8", "192.168.0.0/16", "255.255.255.255/32")]
    public void A_device_may_come_from_where_it_and_its_extension_may(string own, string extensions, string both)
    {
        _house.Devices.SetStored([new DeviceCard("anna", "200", "Anna", "md5", "sha") { AllowedNetworks = Networks.Read(own).Networks }]);
        _house.Extensions.Set([new ExtensionCard("200", "Anna") { AllowedNetworks = Networks.Read(extensions).Networks }]);

        Assert.Equal(both, Networks.Write(_policy.FindAccount("ANNA")!.AllowedNetworks));
    }
}
