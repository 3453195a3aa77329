using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

public sealed class ConnectionsTests : IDisposable
{
    private readonly Connections _all = new((_, _) => { }, () => Task.CompletedTask, _ => { }, (_, _) => { });
    private readonly FakeTime _time = new();

    public void Dispose() => _all.Dispose();

    [Fact]
    public void An_office_behind_one_address_gets_all_its_phones_in()
    {
        var phones = Enumerable.Range(0, 300).Select(_ =>
        {
            var phone = Open("192.0.2.7");
            phone.Keep(); // it signed in
            return phone;
        }).ToList();

        Assert.All(phones, p => Assert.True(p.IsOpen));
        Assert.All(Enumerable.Range(0, 50).Select(_ => Open("192.0.2.7")).ToList(), p => Assert.True(p.IsOpen));
    }

    [Fact]
    public void Of_those_who_never_sign_in_the_oldest_goes()
    {
        var strangers = Enumerable.Range(0, 51).Select(_ => Open("192.0.2.7")).ToList();
        Assert.Equal((false, true, true), (strangers[0].IsOpen, strangers[1].IsOpen, strangers[50].IsOpen));

        strangers[7].Keep();
        Assert.True(Open("192.0.2.7").IsOpen);
        Assert.True(strangers[1].IsOpen); // the one who signed in made room
    }

    [Fact]
    public void A_network_of_IPv6_is_one_source()
    {
        var strangers = Enumerable.Range(1, 51).Select(i => Open($"2001:db8:1:2::{i:x}")).ToList();
        Assert.False(strangers[0].IsOpen);
        Assert.True(Open("2001:db8:1:3::1").IsOpen);
    }

    private Connection Open(string from)
    {
        var opened = new Pipe(new IPEndPoint(IPAddress.Parse(from), 5060), _time);
        _ = _all.AdmitAsync(opened);
        return opened;
    }

    private sealed class Pipe(IPEndPoint remote, TimeProvider time) : Connection("TCP", remote, remote, time)
    {
        private readonly TaskCompletionSource _gone = new();

        protected override Task ReadAsync(Action<SipMessage, Flow> receive) => _gone.Task;

        protected override Task WriteAsync(ReadOnlyMemory<byte> message, Func<CancellationTokenSource> limit) => Task.CompletedTask;

        protected override Task EndAsync() => Task.CompletedTask;

        protected override void Abort() => _gone.TrySetResult();
    }
}
