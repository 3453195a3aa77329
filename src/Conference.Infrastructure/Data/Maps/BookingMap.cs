using Conference.Core.Bookings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

/// <summary>That no number is booked twice at a time is a rule of the tables themselves: see the TableRules migrations.</summary>
internal sealed class BookingMap : IEntityTypeConfiguration<Booking>
{
    public void Configure(EntityTypeBuilder<Booking> booking)
    {
        booking.ToTable("bookings");
        booking.Property(b => b.Id).ValueGeneratedNever();
        booking.Property(b => b.Title).HasMaxLength(Booking.TitleLength);
        booking.Property(b => b.OwnerId).HasMaxLength(450);
        booking.Property(b => b.HostName).HasMaxLength(Invitee.NameLength);
        booking.Property(b => b.HostEmail).HasMaxLength(Invitee.EmailLength);
        booking.Property(b => b.TimeZone).HasMaxLength(64);
        booking.Property(b => b.HostPin).HasMaxLength(12);
        booking.Property(b => b.GuestPin).HasMaxLength(12);
        booking.Property(b => b.CalendarUid).HasMaxLength(100);
        booking.HasIndex(b => b.OwnerId);
        booking.HasIndex(b => b.EndsAt);
        booking.HasIndex(b => new { b.Number, b.StartsAt });
        booking.Ignore(b => b.Duration);
        booking.OwnsMany(b => b.Invitees, Configure);
        booking.Navigation(b => b.Invitees).UsePropertyAccessMode(PropertyAccessMode.Field);
    }

    private static void Configure(OwnedNavigationBuilder<Booking, Invitee> invitee)
    {
        invitee.ToTable("booking_invitees");
        invitee.WithOwner().HasForeignKey("BookingId");
        invitee.HasKey(i => i.Id);
        invitee.Property(i => i.Id).ValueGeneratedNever();
        invitee.Property(i => i.Name).HasMaxLength(Invitee.NameLength);
        invitee.Property(i => i.Email).HasMaxLength(Invitee.EmailLength);
    }
}
