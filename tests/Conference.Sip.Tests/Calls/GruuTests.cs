using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>A GRUU that was granted leads to its device and to no other (RFC 5627 §5.1, §6).</summary>
public class GruuTests
{
    private const string Instance = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
    private const string Mine = "sip:2001a@pbx.test;gr=" + Instance;

    private readonly Stage _stage = new();
    private readonly Phone _caller;

    public GruuTests()
    {
        _caller = new Phone(_stage, "2002a", "192.0.2.9");
        var phone = new Phone(_stage) { Contact = $"<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<{Instance}>\"" };
        phone.Register("Supported: gruu\r\n");
        phone.Wire.Sent.Clear();
        Wire = phone.Wire;
    }

    private WireFlow Wire { get; }

    [Theory]
    [InlineData(Mine, "2001a")]
    [InlineData("sip:2001a@pbx.test", null)]
    [InlineData("sip:2002a@pbx.test;gr=" + Instance, null)]
    [InlineData("sip:2001a@elsewhere.test;gr=" + Instance, null)]
    public void A_call_to_it_says_which_device_was_called(string uri, string? device)
    {
        _caller.Ask("INVITE", uri, body: "v=0\r\n");

        Assert.Equal(device, _stage.Calls.SingleOrDefault().Call?.CalledDevice);
    }

    [Theory]
    [InlineData("2001a")]
    [InlineData("2001")]
    public void It_leads_to_its_device_also_after_a_restart_whichever_of_its_names_was_registered(string name)
    {
        var next = new Stage();
        next.Agent.Restore(_stage.Agent.Registrar.Bindings, _ => Wire);

        new Phone(next, "2002a", "192.0.2.9").Ask("INVITE", $"sip:{name}@pbx.test;gr={Instance}", body: "v=0\r\n");

        Assert.Equal("2001a", next.Calls.SingleOrDefault().Call?.CalledDevice);
    }

    [Fact]
    public void When_its_device_is_gone_no_other_takes_its_place()
    {
        _stage.Agent.Registrar.Unbind("2001a");

        Assert.Equal(480, _caller.Ask("INVITE", Mine, body: "v=0\r\n")!.Status);
        Assert.Empty(_stage.Calls);
    }

    [Fact]
    public void A_call_the_house_places_to_it_goes_by_the_flow_of_its_device()
    {
        new Dialler(_stage).Call(Dialler.Uri(Mine));

        Assert.Equal("sip:2001a@192.0.2.7:5062", SipText.Latin(new Callee(_stage, Wire).Invite.RequestUri));
    }

    [Fact]
    public void A_transfer_to_it_says_which_device_is_meant()
    {
        IReferral? referral = null;
        _stage.OnReferral = r =>
        {
            referral = r;
            return r.AcceptAsync().AsTask();
        };

        _caller.Ask("REFER", "sip:6001@pbx.test", $"Refer-To: <{Mine}>\r\n");

        Assert.Equal("2001a", referral?.ReferToDevice);
    }
}
