using System.Collections.Immutable;
using System.Globalization;
using Conference.Core.Accounts;
using Conference.Core.Rooms;
using Conference.Core.Routing;

namespace Conference.Core.Calls;

/// <summary>Decides where a call goes, and can say why: the page asks the same code that calls do.</summary>
public sealed class Router(RouteBook routes, ExtensionBook extensions, DeviceBook devices, DialBook numbers, RoomDirectory rooms, TollGuard tolls, TimeProvider time)
{
    private readonly Books _books = new(routes, extensions, devices, numbers, rooms, tolls, time);

    /// <summary>Answers from memory, without side effects.</summary>
    public RouteAnswer Explain(RouteQuestion question) => new Inquiry(_books, question).Answer();

    /// <summary>Where that call goes.</summary>
    public RouteTarget Decide(RouteQuestion question) => Explain(question).Target;

    private sealed record Books(RouteBook Routes, ExtensionBook Extensions, DeviceBook Devices, DialBook Numbers, RoomDirectory Rooms, TollGuard Tolls, TimeProvider Time);

    /// <summary>One question on its way to an answer.</summary>
    private sealed class Inquiry(Books house, RouteQuestion question)
    {
        private readonly List<RouteStep> _steps = [];
        private readonly DateTime _local = TimeZoneInfo.ConvertTime(question.At ?? house.Time.GetUtcNow(), house.Routes.Zone).DateTime;
        private string _caller = "";

        public RouteAnswer Answer()
        {
            var target = question.Trunk is { } trunk ? FromTrunk(trunk) : FromInside();
            return new RouteAnswer(target, [.. _steps]) { Caller = _caller };
        }

        private RouteTarget FromTrunk(string name)
        {
            if (house.Routes.Trunk(name) is not { } trunk) return Refuse(403, RouteReason.TrunkUnknown, name);
            Note(RouteReason.CallerTrunk, trunk.Line.Name);
            if (!trunk.IsEnabled) return Refuse(403, RouteReason.TrunkDisabled, name);
            _caller = question.Caller.Length > 0 ? Rewrite(trunk, question.Caller, RouteReason.CallerRewritten) : "";
            var called = Rewrite(trunk, question.Dialled, RouteReason.CalledRewritten);
            if (!DialledNumber.IsValid(called)) return Refuse(404, RouteReason.NotANumber, called);
            var route = house.Routes.Plan.In.FirstOrDefault(r => (r.Trunk is null || r.Trunk.Equals(name, StringComparison.OrdinalIgnoreCase)) && DialPattern.Matches(r.Pattern, called) && IsOpen(r));
            if (route is null) return Refuse(404, RouteReason.NoInboundRoute, called);
            Note(RouteReason.InboundMatched, route.Pattern, called);
            return route.Kind switch
            {
                InboundKind.Room => GuestRoom(route.Target),
                InboundKind.Extension => Extension(route.Target),
                _ => Menu(called),
            };
        }

        private RouteTarget FromInside()
        {
            if (question.Extension is null) return question.Permissions is { } allowed ? FromHouse(allowed) : FromGuest();
            if (house.Extensions.Find(question.Extension) is not { } caller) return Refuse(403, RouteReason.CallerUnknown, question.Extension);
            Note(RouteReason.CallerExtension, caller.Number, caller.Name);
            return From(caller);
        }

        private RouteTarget FromHouse(ImmutableHashSet<CallClass> allowed)
        {
            Note(RouteReason.CallerHouse);
            return From(new ExtensionCard("", "") { Permissions = allowed });
        }

        private RouteTarget From(ExtensionCard caller)
        {
            if (Emergency() is { } emergency) return Outside(emergency, caller);
            if (!caller.IsEnabled) return Refuse(403, RouteReason.CallerDisabled, caller.Number);
            if (question.CalledDevice is { } device) return Device(device);
            if (house.Numbers.Route(question.Dialled, DeviceOf(caller)) is { } route) return route.Room is { } room ? Room(room) : Menu(question.Dialled);
            if (!DialledNumber.IsValid(question.Dialled)) return Refuse(404, RouteReason.NotANumber, question.Dialled);
            if (house.Extensions.Find(question.Dialled) is not null) return Extension(question.Dialled);
            return Rule() is { } rule ? Outside(rule, caller) : Refuse(404, RouteReason.NoRule, question.Dialled);
        }

        private RouteTarget FromGuest()
        {
            Note(RouteReason.CallerGuest);
            if (house.Numbers.Route(question.Dialled, null) is { } route) return route.Room is { } room ? Room(room) : Menu(question.Dialled);
            return Rule() is not null ? Refuse(403, RouteReason.GuestsStayInside) : Refuse(404, RouteReason.NoRule, question.Dialled);
        }

        /// <summary>Without a device any number of the house counts, whatever the contexts of its devices.</summary>
        private DeviceCard DeviceOf(ExtensionCard caller) =>
            (question.Device is { } name ? house.Devices.Find(name) : null) ?? new DeviceCard("", caller.Number, caller.Name, "", "");

        private DialRule? Emergency() => Rules().FirstOrDefault(r => r.Class == CallClass.Emergency);

        private DialRule? Rule() => Rules().FirstOrDefault(IsOpen);

        private IEnumerable<DialRule> Rules() =>
            DialledNumber.IsValid(question.Dialled) ? house.Routes.Plan.Out.Where(r => DialPattern.Matches(r.Pattern, question.Dialled)) : [];

        private bool IsOpen(DialRule rule) =>
            rule.Class == CallClass.Emergency || IsOpen(rule.Hours, RouteReason.RuleResting, rule.Name, rule.Pattern);

        private bool IsOpen(InboundRoute route) => IsOpen(route.Hours, RouteReason.InboundResting, route.Pattern);

        /// <summary>Whether it counts at this hour; otherwise that is noted, and whoever comes next is asked.</summary>
        private bool IsOpen(TimeTable? hours, RouteReason otherwise, params ImmutableArray<string> whose)
        {
            if (hours is null || hours.IsOpen(_local)) return true;
            Note(otherwise, whose.Add(hours.ToString()));
            return false;
        }

        private RouteTarget.Room Room(RoomNumber number)
        {
            Note(RouteReason.LeadsToRoom, number.Value, house.Rooms.Find(number)?.Title ?? "");
            return new RouteTarget.Room(number.Value);
        }

        /// <summary>A room for somebody from outside: he has to know a PIN.</summary>
        private RouteTarget GuestRoom(string number)
        {
            var doors = house.Rooms.Doors(new RoomNumber(number));
            if (doors.IsEmpty) return Refuse(404, RouteReason.RoomUnknown, number);
            return doors.Any(d => DialBook.IsOpenTo(null, d)) ? Room(new RoomNumber(number)) : Refuse(403, RouteReason.RoomWithoutPin, number);
        }

        private RouteTarget.AccessMenu Menu(string dialled)
        {
            Note(RouteReason.LeadsToAccessMenu, dialled);
            return new RouteTarget.AccessMenu();
        }

        private RouteTarget Extension(string number)
        {
            if (house.Extensions.Find(number) is not { } card) return Refuse(404, RouteReason.ExtensionUnknown, number);
            Note(RouteReason.LeadsToExtension, card.Number, card.Name);
            if (!card.IsEnabled) return Refuse(480, RouteReason.ExtensionDisabled, number);
            NoteDevices(card);
            return new RouteTarget.Extension(number);
        }

        private RouteTarget Device(string name)
        {
            if (house.Devices.Find(name) is not { } card) return Refuse(404, RouteReason.ExtensionUnknown, name);
            return Extension(card.Extension) is RouteTarget.Extension all ? all with { Device = card.Username } : Refuse(480, RouteReason.ExtensionDisabled, card.Extension);
        }

        private void NoteDevices(ExtensionCard card)
        {
            var ring = house.Extensions.DevicesOf(card.Number).Count(d => house.Devices.WhereIs(d.Username) is { IsSilent: false });
            if (ring > 0) Note(RouteReason.DevicesRing, Text(ring));
            else Note(RouteReason.NoDeviceRegistered, card.Number);
            if (card.OnUnreachable is { } unreachable) Note(RouteReason.ForwardsWhenUnreachable, unreachable);
            if (card.OnBusy is { } busy) Note(RouteReason.ForwardsWhenBusy, busy);
            if (card.OnNoAnswer is { } silent) Note(RouteReason.ForwardsWhenUnanswered, silent, Text((int)card.RingTimeout.TotalSeconds));
        }

        private RouteTarget Outside(DialRule rule, ExtensionCard caller)
        {
            Note(RouteReason.RuleMatched, rule.Name, rule.Pattern, rule.Class.ToString());
            var number = NumberWriting.Rewrite(question.Dialled, rule.Drop, rule.Prepend);
            if (!DialledNumber.MayLeave(number)) return Refuse(404, RouteReason.MayNotLeave, number);
            var kind = ClassOf(rule, number);
            if (kind != CallClass.Emergency && Forbidden(rule, number, kind, caller) is { } refused) return refused;
            var asked = _steps.Count;
            var trunks = rule.Trunks.Select(name => Usable(name, kind)).OfType<TrunkPlan>().Select(t => new TrunkWay(t, t.NumbersOut.Rewrite(number))).Where(w => MaySend(w.Number)).ToImmutableArray();
            if (trunks.IsEmpty) return Refuse(rule.Trunks.IsEmpty ? 403 : 480, rule.Trunks.IsEmpty ? RouteReason.RuleCloses : RouteReason.NoTrunk, rule.Name);
            if (rule.EnumSuffix is { Length: > 0 } suffix && kind != CallClass.Emergency) Note(RouteReason.EnumAsked, suffix);
            foreach (var way in trunks)
                Note(RouteReason.TrunkTried, way.Trunk.Line.Name, way.Number, TrunkIdentity.Shown(TrunkIdentity.Outgoing(way.Trunk, caller, kind == CallClass.Emergency)));
            var pin = kind == CallClass.Emergency || rule.Pin is null ? null : new RulePin(rule.Name, rule.Pin);
            if (pin is not null) _steps.Insert(asked, new RouteStep(RouteReason.PinAsked, rule.Name));
            return new RouteTarget.Outside(number, kind, trunks, kind == CallClass.Emergency ? null : rule.EnumSuffix) { Pin = pin };
        }

        /// <summary>A rule for national calls does not open the world because somebody dials its prefix and 00.</summary>
        private CallClass ClassOf(DialRule rule, string number)
        {
            if (rule.Class is CallClass.Emergency or CallClass.International or CallClass.Premium || !DialledNumber.IsInternational(number)) return rule.Class;
            var meant = NumberWriting.Rewrite(DialPattern.LiteralStart(rule.Pattern), rule.Drop, rule.Prepend);
            if (DialledNumber.WithoutPrefix(meant).Length > 0 && DialledNumber.IsInternational(meant)) return rule.Class; // the rule itself spells a country
            Note(RouteReason.RaisedToInternational, number);
            return CallClass.International;
        }

        private RouteTarget.Refused? Forbidden(DialRule rule, string number, CallClass kind, ExtensionCard caller)
        {
            if (rule.Trunks.IsEmpty) return Refuse(403, RouteReason.RuleCloses, rule.Name);
            if (!caller.Permissions.Contains(kind)) return Refuse(403, RouteReason.ClassForbidden, kind.ToString());
            if (kind == CallClass.International && !IsOpenCountry(number)) return Refuse(403, RouteReason.CountryForbidden, number);
            var limit = house.Tolls.Peek(caller.Number, number, kind);
            return limit == TollLimit.None ? null : Refuse(403, RouteReason.LimitReached, limit.ToString());
        }

        private bool IsOpenCountry(string number)
        {
            var digits = DialledNumber.WithoutPrefix(number);
            return house.Routes.Plan.Limits.Countries.Any(code => code.Length > 0 && digits.StartsWith(code, StringComparison.Ordinal));
        }

        /// <summary>The trunk, when it may carry such a call now; else why not is noted. Emergency calls know neither hours nor kinds.</summary>
        private TrunkPlan? Usable(string name, CallClass kind)
        {
            if (house.Routes.Trunk(name) is not { IsEnabled: true } trunk)
            {
                Note(RouteReason.TrunkSkipped, name);
                return null;
            }

            if (kind == CallClass.Emergency) return trunk;
            if (trunk.Classes.IsEmpty || trunk.Classes.Contains(kind)) return IsOpen(trunk.Hours, RouteReason.TrunkResting, trunk.Line.Name) ? trunk : null;
            Note(RouteReason.TrunkNotForClass, trunk.Line.Name, kind.ToString());
            return null;
        }

        /// <summary>A provider may want a prefix with a star; nothing worse than digits, star and pound reaches it.</summary>
        private static bool MaySend(string number) => DialledNumber.IsValid(number);

        private string Rewrite(TrunkPlan trunk, string number, RouteReason reason)
        {
            var (written, rule) = trunk.NumbersIn.Preview(number);
            if (rule is not null) Note(reason, number, written, rule.Pattern);
            return written;
        }

        private void Note(RouteReason reason, params ImmutableArray<string> values) => _steps.Add(new RouteStep(reason, values));

        private RouteTarget.Refused Refuse(int status, RouteReason why, params ImmutableArray<string> values)
        {
            Note(why, values);
            return new RouteTarget.Refused(status, why);
        }

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
