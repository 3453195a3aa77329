using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

public class CrowdTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void When_work_piles_up_strangers_wait_outside_and_whoever_we_know_is_served()
    {
        var known = new Phone(_stage);
        known.Register();
        known.Wire.Sent.Clear();
        var stranger = new Phone(_stage, "nobody", address: "198.51.100.1");
        for (var i = 0; i < 3_000; i++) _stage.Loop.Post(() => { }); // what is still to be looked at

        stranger.Send(stranger.Write("REGISTER", "sip:pbx.test", to: "sip:nobody@pbx.test"));
        Assert.NotEmpty(stranger.Wire.Sent); // by then the crowd was gone: the first come are looked at first

        stranger.Wire.Sent.Clear();
        Crowded(() => stranger.Write("REGISTER", "sip:pbx.test", to: "sip:nobody@pbx.test"), stranger);
        Crowded(() => known.Write("OPTIONS", "sip:pbx.test"), known);
        Assert.Empty(stranger.Wire.Sent);
        Assert.Equal("200", known.Wire.Hear());

        stranger.ToTag = "of-a-call"; // what belongs to a dialog is never turned away
        Crowded(() => stranger.Write("BYE", "sip:100@pbx.test;x=1", cseq: 9), stranger);
        Assert.Equal("481", stranger.Wire.Hear());
    }

    /// <summary>A message with much behind it.</summary>
    private void Crowded(Func<string> message, Phone phone)
    {
        var read = Conference.Sip.Messages.SipMessage.Read(System.Text.Encoding.Latin1.GetBytes(message()), isStream: false)!;
        _stage.Loop.Post(() => _stage.Agent.Receive(read, phone.Wire));
        for (var i = 0; i < 3_000; i++) _stage.Loop.Post(() => { });
        _stage.Turn();
    }
}
